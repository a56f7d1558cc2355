import { testLives } from "./lives.ts";

testLives("dev", [
  { driver: "automation", modelInBucket: false },
  { driver: "command", modelInBucket: true },
]);
