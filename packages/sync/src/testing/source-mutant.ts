// A planted bug as a change of source: one place of one module reads otherwise while whoever hunts it loads the product, so
// it is the product's own code that errs, and the product has no switch for it.

export interface SourceMutant {
  readonly name: string;
  /** Below `packages/`. */
  readonly file: string;
  /** Stands exactly once in the file; where that is no longer so, the bug must be planted anew, and the hunt says so. */
  readonly find: string;
  readonly replace: string;
}
