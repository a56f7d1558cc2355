import { proveGrants } from "./prove.ts";

proveGrants(2);
