import { describe, expect, it } from 'vitest';
import { converse, type Command } from '../../bench/host/conversation.js';

const script = (text: string): Command => ({ file: process.execPath, args: ['-e', text] });
const ECHO = "process.stdout.write('ready> '); process.stdin.on('data', (d) => { process.stdout.write('got ' + d); process.exit(0); });";

describe('a conversation with an emulator', () => {
  it('answers, and tells when each text came', async () => {
    const expectations = [{ pattern: /ready> /, send: 'hello\n' }, { pattern: /got (\w+)/ }];
    const { reached, failure } = await converse(script(ECHO), expectations, { timeoutSeconds: 20, atEnd: 'wait' });
    expect(failure).toBeUndefined();
    expect(reached[1].match[1]).toBe('hello');
    expect(reached[1].wallSeconds).toBeGreaterThanOrEqual(reached[0].wallSeconds);
  });

  it('charges the CPU time of the program', async () => {
    const spin = "console.log('B'); const end = Date.now() + 200; while (Date.now() < end); console.log('E'); setTimeout(() => {}, 1000);";
    const { reached } = await converse(script(spin), [{ pattern: /B/ }, { pattern: /E/ }], { timeoutSeconds: 20, atEnd: 'stop' });
    const used = reached[1].cpuSeconds - reached[0].cpuSeconds;
    expect(used).toBeGreaterThan(0.01);
    expect(used).toBeLessThan(2);
  });

  it('charges what the program started, too', async () => {
    const spin = "const end = Date.now() + 200; while (Date.now() < end); console.log('E'); setTimeout(() => {}, 1000);";
    const parent = `console.log('B'); require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(spin)}], { stdio: 'inherit' });`;
    const { reached } = await converse(script(parent), [{ pattern: /B/ }, { pattern: /E/ }], { timeoutSeconds: 20, atEnd: 'stop' });
    expect(reached[1].cpuSeconds - reached[0].cpuSeconds).toBeGreaterThan(0.05);
  });

  it('says in one line why it failed', async () => {
    const ended = await converse(script("console.error('powerjit: error: no such kernel'); process.exit(2)"), [{ pattern: /x/ }], {
      timeoutSeconds: 20,
      atEnd: 'wait',
    });
    expect(ended.failure).toBe('exit 2: powerjit: error: no such kernel');
    const missing = await converse({ file: 'no-such-emulator', args: [] }, [{ pattern: /x/ }], { timeoutSeconds: 20, atEnd: 'wait' });
    expect(missing.failure).toContain('ENOENT');
  });

  it('does not wait for what a stopped program left behind', async () => {
    const left = "require('child_process').spawn('sleep', ['3'], { stdio: 'inherit' }); console.log('begun')";
    const began = Date.now();
    await converse(script(left), [{ pattern: /begun/ }], { timeoutSeconds: 20, atEnd: 'stop' });
    expect(Date.now() - began).toBeLessThan(2500);
  });

  it('ends a program that does not', async () => {
    const silent = await converse(script('setInterval(() => {}, 1000)'), [{ pattern: /x/ }], { timeoutSeconds: 0.3, atEnd: 'wait' });
    expect(silent).toMatchObject({ timedOut: true, failure: 'no end within 0.3 s: nothing printed' });
  });
});
