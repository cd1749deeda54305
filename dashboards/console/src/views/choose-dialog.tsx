import type { AlarmView } from '../../../../contracts/api.ts'
import { useAlarmDetail } from '../alarm-loader.ts'
import { useConsole } from '../console-context.ts'
import { alarmKey } from '../state.ts'
import { AlarmActions } from './alarm-actions.tsx'
import { AlarmSubjects } from './alarm-subjects.tsx'
import { DialogFrame } from './dialog-frame.tsx'

/** Everything that can be done to an alarm, one tap away from its row. It follows the alarm while it is open. */
export function ChooseDialog({ alarm: opened, onClose }: { alarm: AlarmView; onClose: () => void }) {
  const { state, words } = useConsole()
  const { detail } = useAlarmDetail(opened.facility, opened.id)
  const alarm = state.alarms.get(alarmKey(opened)) ?? opened
  return (
    <DialogFrame
      name="choose"
      title={words.text('actionsTitle')}
      onSubmit={() => Promise.resolve()}
      onClose={onClose}
    >
      <AlarmSubjects alarms={[alarm]} />
      <AlarmActions alarm={alarm} of={detail?.configuration?.class} name="choose" onChoose={onClose} />
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {words.text('close')}
        </button>
      </div>
    </DialogFrame>
  )
}
