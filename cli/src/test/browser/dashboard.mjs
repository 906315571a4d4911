// The dashboard as a process, and a browser that looks at it.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

/** Starts `slipway dashboard` with these arguments, and gives its URL and a way to end it as Ctrl-C does. */
export async function start(...args) {
  const { env, rest } = typeof args[0] === 'object' ? { env: args[0], rest: args.slice(1) } : { env: {}, rest: args };
  const child = spawn(process.env.SLIPWAY, ['dashboard', '--output', 'json', ...rest], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise((told, failed) => {
    lines.once('line', (line) => told(JSON.parse(line).url));
    child.once('exit', (code) => failed(new Error(`slipway dashboard ended with ${code}`)));
  });
  return {
    url,
    origin: new URL(url).origin,
    token: new URL(url).hash.replace('#token=', ''),
    process: child,
    async end() {
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** Debian's chromium: root may not use its sandbox. */
export function browser(...args) {
  return chromium.launch({ executablePath: process.env.CHROMIUM, args: process.getuid() === 0 ? ['--no-sandbox', ...args] : args });
}
