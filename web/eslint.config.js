import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const globaisNode = { process: 'readonly', console: 'readonly', URL: 'readonly' };

export default tseslint.config(
  { ignores: ['dist', 'node_modules'] },
  ...tseslint.configs.strict,
  jsxA11y.flatConfigs.recommended,
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      // RTK Query says "no argument" with void.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // A feature does not import another feature.
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['**/features/*/*', '../../features/**', '../features/**'], message: 'Share through components/ or lib/.' }] },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Forbidden by the CSP (trusted types).' },
      ],
    },
  },
  {
    // The route table is the only place that knows all features.
    files: ['src/app/**/*.{ts,tsx}'],
    rules: { 'no-restricted-imports': 'off' },
  },
  { files: ['tools/**', '*.config.*'], languageOptions: { globals: globaisNode } },
);
