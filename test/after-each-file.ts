import { afterAll } from 'vitest'
import './patience.ts'
import { removeFolders } from './temporary-folder.ts'

// Files share their modules (--no-isolate), and a module is evaluated once: one that registered this itself
// would do so for the first file only.
afterAll(removeFolders)
