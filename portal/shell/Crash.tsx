import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../../shared/client/ApiProblem.ts';
import { loadAgain } from '../part.tsx';
import { useProblemText } from './problemText.ts';

/** `page`: the page that failed; undefined until it is known. */
type Crash = { error?: Error | undefined; page?: string | undefined };

/** Keeps the failure of one page from taking down the others. A change of `page` tries again. */
export class CrashBoundary extends Component<{ page: string; children: ReactNode }, Crash> {
  override state: Crash = {};

  override componentDidMount(): void {
    addEventListener('online', this.#online);
  }

  override componentWillUnmount(): void {
    removeEventListener('online', this.#online);
  }

  /** A page that couldn't be loaded without a network is loaded as soon as the network is back. */
  #online = (): void => {
    if (this.state.error instanceof ApiProblem) this.#tryAgain();
  };

  override componentDidUpdate({ page }: { page: string }): void {
    if (page !== this.props.page && this.state.error) this.#tryAgain();
  }

  #tryAgain = (): void => {
    loadAgain();
    this.setState({ error: undefined, page: undefined });
  };

  override componentDidCatch(): void {
    this.setState({ page: this.props.page });
  }

  static getDerivedStateFromError(error: Error): Crash {
    return { error, page: undefined };
  }

  override render(): ReactNode {
    const { error, page = this.props.page } = this.state;
    return error && page === this.props.page ? (
      <Crashed error={error} tryAgain={this.#tryAgain} />
    ) : (
      this.props.children
    );
  }
}

function Crashed({ error, tryAgain }: { error: Error; tryAgain: () => void }) {
  const { t } = useTranslation();
  const text = useProblemText();
  return (
    <div role="alert">
      <Alert
        type="error"
        header={t('problem.crashed')}
        action={
          error instanceof ApiProblem ? (
            <Button onClick={tryAgain}>{t('retry')}</Button>
          ) : (
            <Button onClick={() => location.reload()}>{t('problem.reload')}</Button>
          )
        }
      >
        {text(error)}
      </Alert>
    </div>
  );
}
