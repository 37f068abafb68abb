// Copies a text and says so for a moment. Where the browser forbids it, it says that instead; the text stays selectable.
import { Button } from '@mantine/core';
import { useLingui } from '@lingui/react/macro';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';

const saidForMs = 4_000;

export interface CopyButtonProps {
  readonly text: string;
  /** What is copied: the accessible name, and the words while nothing happened. */
  readonly label: string;
}

export function CopyButton({ text, label }: CopyButtonProps): ReactNode {
  const { t } = useLingui();
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);

  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), saidForMs);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      setOutcome('refused');
    }
  };
  const words = {
    copied: t({ message: 'Copied', comment: 'On a copy button, for a moment after it worked.' }),
    refused: t({
      message: 'Select it and copy by hand',
      comment: 'On a copy button where the browser forbids copying.',
    }),
  };

  const said = outcome === null ? null : words[outcome];

  return (
    <>
      <Button
        leftSection={
          outcome === 'copied' ? <IconCheck size={16} aria-hidden="true" /> : <IconCopy size={16} aria-hidden="true" />
        }
        onClick={() => void copy()}
      >
        {said ?? label}
      </Button>
      <output className="ss-visually-hidden">{said}</output>
    </>
  );
}
