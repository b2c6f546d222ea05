// What `npm test` asks of every TypeScript file beside the types: typescript-eslint's recommended rules that know them.
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["**/node_modules", "**/dist", ".lab", "examples"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      // What fits on the line of its condition needs no braces; what stands below it has them.
      curly: ["error", "multi-line", "consistent"],
      // A name that begins with _ says that it is left out on purpose, as the compiler takes it.
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // The program is CommonJS: what is loaded only where it is needed is required there.
      "@typescript-eslint/no-require-imports": "off",
      // What is logged reaches the engine without being waited for: the SDK keeps the program alive for it.
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "@pulumi/pulumi", name: ["debug", "info", "warn", "error"] }] },
      ],
    },
  },
  {
    // A test reads what a real program wrote, and fails where something is missing: a type named beforehand would only be believed.
    files: ["tests/**"],
    rules: Object.fromEntries(
      ["argument", "assignment", "call", "member-access", "return"].map((what) => [
        `@typescript-eslint/no-unsafe-${what}`,
        "off",
      ]),
    ),
  },
);
