// Reads the live stream as a browser does, and keeps what came.
import { parseLiveMessage, type LiveMessage } from '@streamstock/api';

export interface LiveReader {
  readonly messages: LiveMessage[];
  readonly ended: Promise<void>;
  close(): void;
}

export async function readLive(url: string, headers: Record<string, string>): Promise<LiveReader> {
  const abort = new AbortController();
  const answer = await fetch(`${url}/api/v1/live`, { headers, signal: abort.signal });
  if (answer.status !== 200 || answer.body === null) throw new Error(`The live stream answered ${answer.status}.`);
  if (answer.headers.get('content-type') !== 'text/event-stream') throw new Error('The live stream is none.');
  const messages: LiveMessage[] = [];
  return { messages, ended: collect(answer.body, messages), close: () => abort.abort() };
}

async function collect(body: ReadableStream<Uint8Array>, messages: LiveMessage[]): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const lines = text.slice(0, end).split('\n');
        text = text.slice(end + 2);
        const field = (name: string): string | undefined =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const [name, data] = [field('event'), field('data')];
        if (name === undefined || data === undefined) continue;
        const message = parseLiveMessage(name, data);
        if (message === undefined) throw new Error(`Not as agreed: ${name} ${data.slice(0, 200)}`);
        messages.push(message);
      }
    }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
  }
}
