#!/usr/bin/env node
import { check } from "./command";

export { check };

if (require.main === module) process.exitCode = check("homelab-check", process.argv.slice(2));
