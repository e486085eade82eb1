import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Syntax that the whole project does without. */
const NO_DEFAULT_EXPORT = { selector: 'ExportDefaultDeclaration', message: 'Export by name: importers then all use the same one.' };
const NO_MODULE_STATE = {
  selector: ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind="let"]',
  message: 'No mutable state outside of objects: several machines live in one process.',
};
const NO_ENUM = { selector: 'TSEnumDeclaration', message: 'Use constants or a union of literals.' };

/** Folders may import only what stands below them. */
const forbidImports = (pattern, message) => ({
  'no-restricted-imports': ['error', { patterns: [{ regex: pattern, message }] }],
});

export default defineConfig(
  // AssemblyScript has its own compiler and other rules.
  globalIgnores(['dist', 'runtime/native', 'jit/webassembly.d.ts', 'bench/results', 'docs/api', 'coverage']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict],
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['vitest.config.ts'] }, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'typeLike', format: ['PascalCase'] },
        { selector: 'function', format: ['camelCase', 'PascalCase'] },
        // Operands are written as the manuals print them (RA_RB, D_RAu).
        { selector: 'variable', filter: { regex: '^[A-Z]+_', match: false }, format: ['camelCase', 'UPPER_CASE', 'PascalCase'] },
        { selector: 'classMethod', format: ['camelCase'] },
        // Without I before, as the standard library does.
        { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z][a-z]', match: false } },
      ],
      // Arrays and typed arrays are read inside bounds that types cannot say.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'max-lines': ['error', 500],
      'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT, NO_MODULE_STATE, NO_ENUM],
      'prefer-const': 'error',
    },
  },
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.strict] },
  { files: ['jit/**/*.ts'], rules: forbidImports('/(runtime|src|test)/', 'jit imports nothing of ours.') },
  { files: ['runtime/**/*.ts'], rules: forbidImports('/(src|test)/', 'runtime imports jit at most.') },
  { files: ['src/**/*.ts'], rules: forbidImports('/test/', 'Nothing imports tests.') },
  // vitest sets up tests by assigning in beforeEach, and each test file is a process of its own.
  { files: ['test/**/*.ts'], rules: { 'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT, NO_ENUM] } },
  // Tools are configured by default exports.
  { files: ['*.config.ts', 'test/support/asc.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
