const MESSAGES = 20_000;
const ECHO_MESSAGES = 50_000;
const LINES = 100_000;

async function flooded(server, kernelspec, code) {
  const kernel = await server.startKernel(kernelspec);
  const start = performance.now();
  const execution = await kernel.execute(code);
  const seconds = (performance.now() - start) / 1000;
  await kernel.stop();
  return { ...execution, seconds };
}

export const flood = {
  floor: true,
  unlimited: true,
  async run(server) {
    const code = `from IPython.display import publish_display_data as publish\nfor _ in range(${MESSAGES}): publish({'text/plain': 'x' * 1000})`;
    const { counts, seconds } = await flooded(server, 'python3', code);
    const got = counts.display_data ?? 0;
    return { 'flood 20k x 1 kB, messages/s': got / seconds, 'flood, lost': MESSAGES - got };
  },
};

export const echoFlood = {
  floor: true,
  unlimited: true,
  async run(server) {
    const { counts, seconds } = await flooded(server, 'echo', `${ECHO_MESSAGES} 1000`);
    const got = counts.display_data ?? 0;
    return {
      'instant flood 50k x 1 kB, messages/s': got / seconds,
      'instant flood, lost': ECHO_MESSAGES - got,
    };
  },
};

export const lines = {
  async run(server) {
    const { textLength, seconds } = await flooded(
      server,
      'python3',
      `for i in range(${LINES}): print('line', i)`,
    );
    let expected = 0;
    for (let i = 0; i < LINES; i++) expected += `line ${i}\n`.length;
    return {
      'print 100k lines, ms': seconds * 1000,
      'print 100k lines, characters lost': expected - textLength,
    };
  },
};

export const large = {
  async run(server) {
    const code = `from IPython.display import publish_display_data as publish\npublish({'text/plain': 'x' * 50_000_000})`;
    const { counts, seconds } = await flooded(server, 'python3', code);
    return {
      'one 50 MB output, ms': seconds * 1000,
      'one 50 MB output, lost': 1 - (counts.display_data ?? 0),
    };
  },
};
