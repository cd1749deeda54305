import type { Asked } from '../console-context.ts'
import { ActionDialog } from './action-dialog.tsx'
import { EndTestDialog } from './end-test-dialog.tsx'
import { SetPointDialog } from './set-point-dialog.tsx'
import { SettleDialog } from './settle-dialog.tsx'
import { StartTestDialog } from './start-test-dialog.tsx'

/** The dialog that somebody asked for. */
export function AskedDialog({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  switch (asked.dialog) {
    case 'action':
      return <ActionDialog action={asked.action} alarms={asked.alarms} onClose={onClose} />
    case 'start-test':
      return <StartTestDialog facility={asked.facility} sensor={asked.sensor} onClose={onClose} />
    case 'set-point':
      return <SetPointDialog alarm={asked.alarm} settings={asked.settings} onClose={onClose} />
    case 'settle':
      return <SettleDialog alarm={asked.alarm} settings={asked.settings} onClose={onClose} />
    case 'end-test':
      return <EndTestDialog test={asked.test} onClose={onClose} />
  }
}
