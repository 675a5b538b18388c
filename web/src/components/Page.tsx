import type { ReactNode } from 'react';

/** A page that scrolls by itself: heading, actions beside it, content. One that may hold nothing to focus is quiet: the keyboard scrolls it. */
export function Page({ title, note, actions, children, fill = false, quiet = false }: { title: string; note?: ReactNode; actions?: ReactNode; children: ReactNode; fill?: boolean; quiet?: boolean }) {
  return (
    <div className={fill ? 'page page-fill' : 'page'} {...(quiet ? { tabIndex: 0 } : {})}>
      <header className="page-head">
        <div>
          <h1>{title}</h1>
          {note && <p className="page-note">{note}</p>}
        </div>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A white panel with a heading. */
export function Panel({ title, extra, children, className = '', label }: { title?: ReactNode; extra?: ReactNode; children: ReactNode; className?: string; label?: string }) {
  return (
    <section className={`panel ${className}`} aria-label={label}>
      {(title || extra) && (
        <div className="panel-head">
          {title && <h2>{title}</h2>}
          {extra}
        </div>
      )}
      {children}
    </section>
  );
}
