import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import webpack from 'webpack';

// The lab extension as a prebuilt (federated) JupyterLab extension: JupyterLab loads remoteEntry as a script, calls
// `_JUPYTERLAB[name].init(shareScope)`, then takes `./extension`. What core JupyterLab has is shared and never bundled.
const folder = join(import.meta.dirname, 'lab-extension');
const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const output = join(folder, manifest.jupyterlab.outputDir);

/** What packages that we bundle need of the page: a second copy would know nothing of the page's languages. */
const sharedWithBundled = ['@codemirror/language', '@lezer/common', '@lezer/highlight'];

/** What only some pages have, and we do not build with: it is asked for when it is needed. */
const sharedIfThere = ['@jupyterlab/launcher'];

const shared = Object.fromEntries(
  // The page's own copy, whichever 4.x it is: JupyterLab guarantees one of each.
  [...Object.keys(manifest.dependencies), ...sharedWithBundled, ...sharedIfThere].map((name) => [
    name,
    { import: false, singleton: true, requiredVersion: false },
  ]),
);

/** Tells JupyterLab what to load, in the package.json that it reads (`jupyterlab._build`). */
class WriteBuildManifest {
  apply(compiler) {
    compiler.hooks.done.tap('WriteBuildManifest', (stats) => {
      if (stats.hasErrors()) return;
      const load = Object.keys(stats.compilation.assets).find((name) => /^remoteEntry\..*\.js$/.test(name));
      const { name, version, description, license, jupyterlab } = manifest;
      const built = {
        name,
        version,
        description,
        license,
        jupyterlab: { ...jupyterlab, _build: { load: `static/${load}`, extension: './extension' } },
      };
      writeFileSync(join(output, 'package.json'), `${JSON.stringify(built, null, 2)}\n`);
    });
  }
}

const extension = {
  name: manifest.name,
  mode: 'production',
  devtool: 'source-map',
  context: folder,
  entry: {},
  output: {
    path: join(output, 'static'),
    filename: '[name].[contenthash].js',
    chunkFilename: '[name].[contenthash].js',
    publicPath: 'auto',
    clean: true,
  },
  optimization: { chunkIds: 'named' },
  plugins: [
    new webpack.container.ModuleFederationPlugin({
      name: manifest.name,
      library: { type: 'var', name: ['_JUPYTERLAB', manifest.name] },
      filename: 'remoteEntry.[contenthash].js',
      exposes: { './extension': './lib/lab-extension/src/index.js' },
      shared,
    }),
    new WriteBuildManifest(),
  ],
  performance: { hints: false },
};

// Beside a page, not in it: the service worker, and what the log-out page runs. They share nothing with JupyterLab.
const offline = {
  name: `${manifest.name}/offline`,
  mode: 'production',
  devtool: false,
  context: folder,
  target: 'webworker',
  entry: {
    'service-worker': './lib/lab-extension/src/offline/worker/service-worker.js',
    forget: './lib/lab-extension/src/offline/forget.js',
  },
  output: { path: join(import.meta.dirname, 'dist', 'offline'), filename: '[name].js', clean: true },
};

/** The page of the frame that kernels run in: beside its scripts, as it is. */
class CopyHostPage {
  apply(compiler) {
    const source = join(folder, 'src', 'browser-runtime', 'host', 'host.html');
    compiler.hooks.thisCompilation.tap('CopyHostPage', (compilation) => {
      compilation.hooks.processAssets.tap('CopyHostPage', () => {
        compilation.fileDependencies.add(source);
        compilation.emitAsset('host.html', new webpack.sources.RawSource(readFileSync(source)));
      });
    });
  }
}

// Kernels in a page: a frame that isolates them, the worker that holds them, and theirs. Loaded with the first of them.
const browserRuntime = {
  name: `${manifest.name}/browser-runtime`,
  mode: 'production',
  devtool: false,
  context: folder,
  target: 'webworker',
  entry: Object.fromEntries(
    ['host-frame', 'host-worker', 'python-worker'].map((name) => [
      name,
      `./lib/lab-extension/src/browser-runtime/host/${name}.js`,
    ]),
  ),
  output: { path: join(import.meta.dirname, 'dist', 'browser-runtime'), filename: '[name].js', clean: true },
  plugins: [new CopyHostPage()],
};

export default [extension, offline, browserRuntime];
