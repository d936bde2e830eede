const FIRST_SECONDS = 1;
const LONGEST_SECONDS = 300;

/** How long to wait after so many failures in a row: longer each time, and by chance, so that phones don't come at once. */
export function backoffSeconds(failures: number, random: () => number): number {
  const most = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** failures);
  return most / 2 + (most / 2) * random();
}

/** After a wait that the service asked for: never less, and up to a tenth more. */
export function askedSeconds(retryAfter: number, random: () => number): number {
  return retryAfter * (1 + 0.1 * random()) + random();
}
