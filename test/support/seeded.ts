/** Returns an integer from 0 to less than `limit`. The sequence is the same for the same seed. */
export type Random = (limit: number) => number;

/** Park and Miller's minimal standard generator. @param seed from 1 to 2,147,483,646 */
export function seeded(seed: number): Random {
  let state = seed;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}
