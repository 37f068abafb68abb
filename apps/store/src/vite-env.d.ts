/// <reference types="vite/client" />
interface ImportMetaEnv {
  readonly STREAMSTOCK_VERSION: string;
}
