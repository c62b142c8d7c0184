// Asks for this page anew every few seconds and puts in what is different; folds stay as they are.
'use strict';
(() => {
  const PERIOD = 5000;
  const place = document.getElementById('refresh');
  const label = document.createElement('label');
  const box = document.createElement('input');
  const note = document.createElement('span');
  box.type = 'checkbox';
  box.checked = true;
  label.append(box, ' refresh by itself');
  place.append(' ', label, ' ', note);

  const isInUse = (part) => {
    const selection = document.getSelection();
    return !selection.isCollapsed && part.contains(selection.anchorNode);
  };

  const replace = (part, fresh) => {
    const open = [...part.querySelectorAll('details[open]')].map((fold) => fold.id);
    const focused = part.contains(document.activeElement)
      ? document.activeElement.closest('details[id]')
      : null;
    part.dataset.live = Number(part.dataset.live) + 1;
    part.className = fresh.className;
    part.replaceChildren(...fresh.childNodes);
    for (const id of open) {
      document.getElementById(id)?.setAttribute('open', '');
    }
    if (focused) {
      document.getElementById(focused.id)?.querySelector('summary')?.focus();
    }
  };

  const refresh = async () => {
    try {
      const answer = await fetch(location.pathname + location.search, {cache: 'no-store'});
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const part of document.querySelectorAll('[data-live]')) {
        const other = fresh.getElementById(part.id);
        if (other && !isInUse(part)) {
          replace(part, other);
        }
      }
      document.title = fresh.title;
      note.textContent = '';
      note.className = '';
    } catch {
      note.textContent = 'no answer; what is below is old';
      note.className = 'bad';
    }
  };

  const turn = async () => {
    if (box.checked && !document.hidden) {
      await refresh();
    }
    setTimeout(turn, PERIOD);
  };
  setTimeout(turn, PERIOD);
})();
