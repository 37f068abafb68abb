// What the browser's tab says.
import { useEffect } from 'react';

/** `title` is already in the person's language. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · StreamStock`;
  }, [title]);
}
