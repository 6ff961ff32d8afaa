import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** Keeps a failure of one page from taking down the others. Another `page` is another try. */
export class CrashBoundary extends Component<{ page: string; children: ReactNode }, { crashedOn?: string }> {
  override state: { crashedOn?: string } = {};

  override componentDidCatch(): void {
    this.setState({ crashedOn: this.props.page });
  }

  static getDerivedStateFromError(): { crashedOn: string } {
    return { crashedOn: '' };
  }

  override render(): ReactNode {
    const { crashedOn } = this.state;
    const crashed = crashedOn === '' || crashedOn === this.props.page;
    return crashed ? <Crashed /> : this.props.children;
  }
}

function Crashed() {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <Alert
        type="error"
        header={t('problem.crashed')}
        action={<Button onClick={() => location.reload()}>{t('problem.reload')}</Button>}
      >
        {t('problem.crashedText')}
      </Alert>
    </div>
  );
}
