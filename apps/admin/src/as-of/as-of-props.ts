// What a page gives the control of its moment.
export interface AsOfControlProps {
  /** Unix milliseconds; null = now. */
  readonly atMs: number | null;
  readonly onChange: (atMs: number) => void;
}
