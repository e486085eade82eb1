import type { CliHost } from './cli-host.js';
import { calmOptimizer, favourMainThread } from './thread-priorities.js';

/**
 * The host that the installed program runs on.
 * @param packageRoot the package's own folder, with a slash at its end
 */
export function nodeHost(packageRoot: URL): CliHost {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    packageRoot,
    environment: process.env,
    machines: () => import('../index.js'),
    favourGuest: () => {
      calmOptimizer();
      favourMainThread();
    },
  };
}
