import { testLives } from "./lives.ts";

testLives("dev", [
  { driver: "automation", modelInBucket: false, quick: false },
  { driver: "command", modelInBucket: true, quick: true },
]);
