document.getElementById('portal')?.append('…');

export {};
