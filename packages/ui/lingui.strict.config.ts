// For `compile --strict` alone: without the fall back to English, so that a missing translation is found and fails the check.
import { defineConfig } from '@lingui/cli';
import config from './lingui.config.ts';

export default defineConfig({ ...config, fallbackLocales: {} });
