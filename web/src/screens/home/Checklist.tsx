import { ActionIcon, Menu } from '@mantine/core'
import { IconCircle, IconCircleCheckFilled, IconCircleDashed, IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { HrefButton } from '../../design/LinkButton.tsx'
import { useFormats } from '../../i18n/format.ts'
import { useT } from '../../i18n/i18n.ts'
import css from './Home.module.css'
import type { ChecklistItem } from './overview.ts'
import {
  checklistSteps,
  readUseCase,
  rememberUseCase,
  type Step,
  type UseCase,
  useCases,
} from './use-cases.ts'

/** Getting started, by use case: what is done, the one next step, what follows. */
export function Checklist({ items }: { items: ChecklistItem[] }) {
  const t = useT()
  const [useCase, setUseCase] = useState<UseCase>(readUseCase() ?? 'carts')
  const steps = checklistSteps(items, useCase)
  const done = steps.filter((step) => step.done).length
  const next = steps.find((step) => !step.done)
  const choose = (value: UseCase) => {
    rememberUseCase(value)
    setUseCase(value)
  }
  return (
    <Card
      flush
      title={t('home.checklist')}
      note={t(`onboarding.case.${useCase}`)}
      actions={
        <>
          <span className="meta">{t('home.checklistCount', { done, total: steps.length })}</span>
          <progress
            className={css.progress}
            value={done}
            max={Math.max(1, steps.length)}
            aria-label={t('home.checklist')}
          />
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={t('onboarding.changeCase')}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Label>{t('onboarding.changeCase')}</Menu.Label>
              {useCases.map((value) => (
                <Menu.Item key={value} onClick={() => choose(value)}>
                  {t(`onboarding.case.${value}`)}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </>
      }
    >
      <ol className={css.list}>
        {steps.map((step) => (
          <StepLine key={step.key} step={step} next={step === next} />
        ))}
      </ol>
    </Card>
  )
}

/** One step of the list; the next one carries the action. */
export function StepLine({ step, next }: { step: Step; next: boolean }) {
  const t = useT()
  const format = useFormats()
  const state = step.done ? 'done' : next ? 'next' : 'later'
  return (
    <li className={`${css.line} ${next ? css.nextStep : ''}`}>
      {state === 'done' && <IconCircleCheckFilled size={17} className={css.doneIcon} aria-hidden />}
      {state === 'next' && <IconCircleDashed size={17} className={css.doneIcon} aria-hidden />}
      {state === 'later' && <IconCircle size={17} className={css.laterIcon} aria-hidden />}
      <span className={css.lineText}>
        <span className={css.lineTitle}>
          {t(step.label)}
          <span className="visually-hidden"> · {t(`onboarding.state.${state}`)}</span>
        </span>
        <span className="meta">
          {step.done && step.at
            ? t('onboarding.doneAt', { date: format.dateTime(step.at) })
            : t(step.why)}
        </span>
      </span>
      {!step.done && (
        <HrefButton
          href={step.href}
          size="xs"
          variant={next ? 'filled' : 'default'}
          className={css.stepAction}
        >
          {t(step.action)}
        </HrefButton>
      )}
    </li>
  )
}
