// Import this before anything else in a browser entry. zod probes `new Function` when its first schema is made, which the
// content security policy blocks and reports; jitless mode never asks. Servers keep the faster compiled mode.
import * as z from 'zod/mini';

z.config({ jitless: true });
