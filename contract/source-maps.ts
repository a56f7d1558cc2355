/**
 * The folder of the source maps of a staged image context (`…/image/TARGET/HASH`): `…/maps/TARGET/HASH`, outside the
 * context, so that the image and its hash are the same with and without maps.
 */
export function sourceMapFolder(context: string): string {
  const parts = context.split(/[/\\]/);
  return [...parts.slice(0, -3), "maps", ...parts.slice(-2)].join("/");
}

/** The source map of one bundled file of a context. */
export function sourceMapFile(context: string, file: string): string {
  return `${sourceMapFolder(context)}/${file}.map`;
}
