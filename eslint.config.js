import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

// Rooms may only import in the direction of docs/architecture.md. TypeScript's project references enforce it between
// rooms; these rules enforce it between the features inside server/, which meet only in compose.ts.
const serverFeatures = [
  'contents',
  'kernels',
  'kernelspecs',
  'sessions',
  'lab',
  'notebook',
  'static',
  'terminals',
  'events',
  'config-sections',
  'identity',
  'operations',
  'files',
  'versions',
  'nbconvert',
  'runs',
  'retention',
  'notebook-outputs',
  'documents',
  'collaboration',
  'live',
  'history',
  'offline',
  'models',
  'agent',
  'ai-cells',
  'mcp',
  'packages',
  'places',
  'runtimes',
];
const featureRules = serverFeatures.map((feature) => ({
  files: [`server/${feature}/**/*.ts`],
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(\\.\\./)+(${serverFeatures.filter((other) => other !== feature).join('|')}|cli|setup)/`,
            message: 'Features meet only in compose.ts, through constructor parameters.',
          },
          {
            regex: '^(\\.\\./)+(main|compose)\\.ts$',
            message: 'Imports run from compose to features, never back.',
          },
        ],
      },
    ],
  },
}));
const leafRooms = ['event-log', 'kernel-bridge', 'ai-agent'].map((room) => ({
  files: [`${room}/**/*.ts`],
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: '^(\\.\\./)+(server|event-log|kernel-bridge|ai-agent|lab-extension|test)/',
            message: 'A leaf room knows nothing of ours.',
          },
        ],
      },
    ],
  },
}));

/** It runs in browsers too: what Node has is not there. */
const hostedRules = {
  files: ['kernel-bridge/hosted/**/*.ts'],
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex:
              '^(node:|(\\.\\./)+(server|event-log|ai-agent|lab-extension|test|kernel-bridge|protocol|supervisor|local)/)',
            message:
              'What is hosted in a JavaScript engine knows neither Node nor the rest of kernel-bridge.',
          },
        ],
      },
    ],
  },
};

const labExtensionRules = {
  files: ['lab-extension/**/*.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: '^(\\.\\./)+(server/(?!wire/)|event-log|kernel-bridge/(?!hosted/)|ai-agent|test)',
            message: 'A browser knows server/wire and kernel-bridge/hosted, and nothing else of ours.',
          },
        ],
      },
    ],
  },
};

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      '.venv/**',
      '.jupyter-collaboration/**',
      '.enterprise-gateway/**',
      '.pyodide-data-stack/**',
      '.pyodide-wheels/**',
      '.node/**',
      'node_modules/**',
      'lab-extension/lib/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          './event-log/tsconfig.json',
          // Before the one that imports from it and knows no browsers: the first that has a file is asked.
          './kernel-bridge/hosted/tsconfig.json',
          './kernel-bridge/tsconfig.json',
          './ai-agent/tsconfig.json',
          './server/tsconfig.json',
          './server/wire/tsconfig.json',
          './test/tsconfig.json',
          './lab-extension/tsconfig.check.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/only-throw-error': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'No barrels: name what is exported.' },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['{server,kernel-bridge,event-log,ai-agent}/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration', message: 'No barrels: name what is exported.' },
        {
          selector: 'ImportDeclaration[importKind="value"][source.value=/^node:https?$/]',
          message: "An import of it loads Node's whole web client: see server/node-http.ts.",
        },
        {
          selector: 'ImportDeclaration[importKind="value"][source.value=/^(openai|groq-sdk|ollama)$/]',
          message: 'Few servers ask a model: import it where it is first used, so that all start fast.',
        },
      ],
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
      },
    },
  },
  ...leafRooms,
  ...featureRules,
  hostedRules,
  labExtensionRules,
  prettier,
);
