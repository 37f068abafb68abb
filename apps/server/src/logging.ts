// The server's own log: JSON lines on standard error, so that what `serve` tells people on standard output stays readable.
// Redacts whatever could hold a secret, should it ever be passed by mistake.
import { destination, pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from './config.ts';

const SECRET_NAMES = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'token',
  'apiKey',
  'credential',
  'ticket',
  'pairingCode',
  'secret',
  'digest',
  'passwordHash',
  'line',
  'body',
];

export function createLogger(level: LogLevel, to: DestinationStream = destination({ dest: 2, sync: true })): Logger {
  const paths = SECRET_NAMES.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]);
  return pino(
    { level, base: null, timestamp: stdTimeFunctions.isoTime, redact: { paths, censor: '[kept out of the log]' } },
    to,
  );
}
