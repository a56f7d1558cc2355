/** A number with its noun in the singular or plural, such as "1 call" or "2 calls". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
