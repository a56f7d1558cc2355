/** Whether the tab is visible. A hidden page reads nothing. */
export const visible = (): boolean => !document.hidden;

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
