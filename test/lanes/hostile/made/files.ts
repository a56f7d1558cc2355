import { avifs } from "./avif.ts";
import { bmps } from "./bmp.ts";
import { gifs } from "./gif.ts";
import { jpegs } from "./jpeg.ts";
import type { MadeFile } from "./made-file.ts";
import { noImages } from "./no-image.ts";
import { pngs } from "./png.ts";
import { tiffs } from "./tiff.ts";
import { webps } from "./webp.ts";

/** All hostile files that the lane generates. */
export const madeFiles: readonly MadeFile[] = [
  ...jpegs,
  ...pngs,
  ...tiffs,
  ...bmps,
  ...avifs,
  ...webps,
  ...gifs,
  ...noImages,
];
