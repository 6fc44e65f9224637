import { UnstyledButton } from '@mantine/core'
import {
  type Icon,
  IconHeartHandshake,
  IconRefresh,
  IconShoppingCart,
  IconUsersGroup,
} from '@tabler/icons-react'
import { useState } from 'react'
import { Card } from '../../design/Card.tsx'
import { CodeBlock } from '../../design/Code.tsx'
import { useT } from '../../i18n/i18n.ts'
import { StepLine } from './Checklist.tsx'
import type { ChecklistItem } from './overview.ts'
import {
  checklistSteps,
  readUseCase,
  rememberUseCase,
  type UseCase,
  useCases,
} from './use-cases.ts'
import css from './Welcome.module.css'

const icons: Record<UseCase, Icon> = {
  carts: IconShoppingCart,
  winBack: IconRefresh,
  welcome: IconHeartHandshake,
  single: IconUsersGroup,
}

/** First run: choose what to do first, then three or four steps that lead there. */
export function Welcome({ checklist }: { checklist: ChecklistItem[] }) {
  const t = useT()
  const [useCase, setUseCase] = useState<UseCase | null>(readUseCase)
  const steps = checklistSteps(checklist, useCase ?? 'carts')
  const next = steps.find((step) => !step.done)
  const choose = (value: UseCase) => {
    rememberUseCase(value)
    setUseCase(value)
  }
  return (
    <div className={css.stack}>
      <Card title={t('onboarding.welcome')} note={t('onboarding.welcomeNote')}>
        <div className={css.cases} role="radiogroup" aria-label={t('onboarding.welcome')}>
          {useCases.map((value) => {
            const CaseIcon = icons[value]
            return (
              <UnstyledButton
                key={value}
                role="radio"
                aria-checked={useCase === value}
                className={`${css.case} ${useCase === value ? css.chosen : ''}`}
                onClick={() => choose(value)}
              >
                <CaseIcon size={20} stroke={1.7} aria-hidden />
                <span>
                  <strong>{t(`onboarding.case.${value}`)}</strong>
                  <span className="ink-2">{t(`onboarding.caseWhy.${value}`)}</span>
                </span>
              </UnstyledButton>
            )
          })}
        </div>
      </Card>
      <Card flush title={t('home.checklist')} note={t('onboarding.order')}>
        <ol>
          {steps.map((step) => (
            <StepLine key={step.key} step={step} next={step === next} />
          ))}
        </ol>
      </Card>
      <Card title={t('onboarding.demo')} note={t('onboarding.demoNote')}>
        <CodeBlock code="npm start -- --demo" label={t('onboarding.demo')} copy />
      </Card>
    </div>
  )
}
