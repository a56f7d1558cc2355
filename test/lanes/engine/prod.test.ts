import { testLives } from "./lives.ts";

testLives("prod", [
  { driver: "command", modelInBucket: false },
  { driver: "automation", modelInBucket: false },
]);
