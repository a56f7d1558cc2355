/** Offers a text to the user as a file to save. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // By then, the browser has read the data.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
