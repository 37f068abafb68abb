/** The key of every seal that the benchmarks' centre gives out. */
export const SEAL_KEY = Buffer.alloc(32, 7);
