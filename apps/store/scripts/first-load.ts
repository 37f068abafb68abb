// Weighs the first load of the built app: every script that an empty browser fetches before it shows the pairing screen, and
// what a paired one needs (from its own cache) before it shows Today. Prints the figures and fails over the bounds. Run after
// `vite build`: `node scripts/first-load.ts`.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Scripts, gzip: over the network, and from the device's own cache (docs/decisions/0006). */
const PAIRING_BYTES_MAX = 180 * 1_000;
const TODAY_BYTES_MAX = 180 * 1_000;

interface Part {
  readonly file: string;
  readonly name?: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8')) as Record<string, Part>;

function partNamed(name: string): string {
  const found = Object.entries(manifest).find(([, part]) => part.name === name);
  if (found === undefined) throw new Error(`The build has no part named ${name}.`);
  return found[0];
}

/** The files that these entries need before they run. */
function filesOf(entries: readonly string[]): Set<string> {
  const files = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const part = manifest[name];
    if (part === undefined) throw new Error(`The build has no part called ${name}.`);
    files.add(part.file);
    for (const style of part.css ?? []) files.add(style);
    for (const other of part.imports ?? []) visit(other);
  };
  for (const entry of entries) visit(entry);
  return files;
}

function weigh(files: ReadonlySet<string>, ending: string): number {
  return [...files]
    .filter((file) => file.endsWith(ending))
    .reduce((sum, file) => sum + gzipSync(readFileSync(dist + file)).length, 0);
}

const ENTRY = 'index.html';
const STORE = 'src/app/store.tsx';
const TODAY = 'src/screens/today/today-screen.tsx';
/** The reading part of device-engine, which the bundler names after its folder; an empty browser loads it beside pairing. */
const ENGINE = partNamed('src');
const DEVICE = partNamed('device');
/** Without the catalogue Today does not know which lines are of items that are still sold. */
const CATALOGUE = 'src/device/read-catalogue.ts';
const PAIRING = 'src/screens/enrol/enrol-screen.tsx';
const shown = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`;

const SCREENS = [
  { name: 'pairing (first load)', entries: [ENTRY, PAIRING], bytesMax: PAIRING_BYTES_MAX },
  { name: 'Today', entries: [ENTRY, ENGINE, DEVICE, CATALOGUE, STORE, TODAY], bytesMax: TODAY_BYTES_MAX },
];

let tooHeavy = false;
for (const { name, entries, bytesMax } of SCREENS) {
  const files = filesOf(entries);
  const scripts = weigh(files, '.js');
  process.stdout.write(
    `${name}: scripts ${shown(scripts)} gzip (at most ${shown(bytesMax)}), styles ${shown(weigh(files, '.css'))}\n`,
  );
  tooHeavy ||= scripts > bytesMax;
}
if (tooHeavy) {
  process.stderr.write('A load is over its bound. Make a part lazy, or find what drew a library in.\n');
  process.exitCode = 1;
}
