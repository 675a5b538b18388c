/** A sound card for a machine that has none: what is played goes nowhere, in real time, as a headset would take it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const startLimit = 30_000; // ms

export class Speaker {
  private constructor(private readonly process: ChildProcess, private readonly dir: string) {}

  /** Starts a PulseAudio server of its own with a sink that plays into nothing. */
  static async start(): Promise<Speaker> {
    const dir = mkdtempSync(join(tmpdir(), 'huifang-speaker-'));
    const daemon = spawn('pulseaudio', ['-n', '--daemonize=no', '--use-pid-file=no', '--exit-idle-time=-1', '--realtime=no', '--high-priority=no',
      '-L', 'module-null-sink', '-L', `module-native-protocol-unix socket=${join(dir, 'native')} auth-anonymous=1`],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: dir, XDG_RUNTIME_DIR: dir } });
    const speaker = new Speaker(daemon, dir);
    let said = '';
    daemon.stderr.on('data', (d: Buffer) => (said += d.toString()));
    const gone = new Promise<never>((_, reject) => {
      daemon.on('error', reject);
      daemon.on('exit', (code) => reject(new Error(`pulseaudio ended with ${code}: ${said}`)));
    });
    gone.catch(() => undefined); // it ends with the test too
    const end = Date.now() + startLimit;
    while (!existsSync(join(dir, 'native'))) {
      if (Date.now() > end) {
        speaker.stop();
        throw new Error(`pulseaudio makes no socket: ${said}`);
      }
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 50))]);
    }
    return speaker;
  }

  /** What a program's environment says to play here. */
  get env(): Record<string, string> {
    return { PULSE_SERVER: `unix:${join(this.dir, 'native')}` };
  }

  stop(): void {
    this.process.kill('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}
