import { testLives } from "./lives.ts";

testLives("prod", [
  { driver: "command", modelInBucket: false, quick: false },
  { driver: "automation", modelInBucket: false, quick: true },
]);
