import type { AlarmView } from '../../../../contracts/api.ts'
import type { AskedAction } from '../console-context.ts'
import { AcknowledgeDialog } from './acknowledge-dialog.tsx'
import { ChooseDialog } from './choose-dialog.tsx'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { FlagDialog } from './flag-dialog.tsx'

interface ActionDialogProps {
  action: AskedAction
  /** As they were when the operator opened the dialog; one, but for acknowledging. */
  alarms: readonly AlarmView[]
  onClose: () => void
}

/** The dialog of an action. */
export function ActionDialog({ action, alarms, onClose }: ActionDialogProps) {
  const [alarm] = alarms
  if (alarm === undefined) return null
  switch (action) {
    case 'acknowledge':
      return <AcknowledgeDialog alarms={alarms} onClose={onClose} />
    case 'choose':
      return <ChooseDialog alarm={alarm} onClose={onClose} />
    case 'shelve':
    case 'suppress':
    case 'out-of-service':
      return <FlagDialog action={action} alarm={alarm} onClose={onClose} />
    case 'unshelve':
    case 'unsuppress':
    case 'return-to-service':
    case 'reset':
      return <ConfirmDialog action={action} alarm={alarm} onClose={onClose} />
  }
}
