// Draws the charts of the page with data from the address in data-live. The tables on the page have the same data.
(() => {
  'use strict';
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const drawn = new Map();

  const colours = () => dark.matches
    ? { good: '#5fd0ad', wait: '#f0c85a', bad: '#ff8d79', other: '#8fbcf0', ink: '#aeb9b4', grid: '#2b332f' }
    : { good: '#14735d', wait: '#b97d00', bad: '#b3301f', other: '#2f6bb0', ink: '#56615c', grid: '#e6e9e6' };

  const line = (label, colour, fill) => ({ label, stroke: colour, width: 2, fill: fill ? colour + '33' : undefined, points: { show: false } });
  const dots = (label, colour) => ({ ...line(label, colour), points: { show: true, size: 7, fill: colour } });
  const bars = (label, colour) => ({ label, stroke: colour, fill: colour + '99', width: 1, paths: uPlot.paths.bars({ size: [0.7, 24] }), points: { show: false } });

  const pictures = () => {
    const c = colours();
    const outcomes = series => ({
      data: [series.slots.map(s => s.at), series.slots.map(s => s.refreshed), series.slots.map(s => s.failed || null), series.slots.map(s => s.dead || null)],
      series: [{}, line('Refreshed', c.good, true), dots('Failed, retried', c.wait), dots('Grant revoked', c.bad)],
    });
    const known = (slots, key) => slots.map(s => s.refreshed + s.failed + s.dead ? s[key] : null);
    return {
      hour: view => outcomes(view.hour),
      day: view => outcomes(view.day),
      latency: view => ({
        unit: ' ms',
        data: [view.hour.slots.map(s => s.at), ...['p50', 'p95', 'p99'].map(key => known(view.hour.slots, key))],
        series: [{}, line('50 %', c.good), line('95 %', c.wait), line('99 %', c.bad)].map((s, i) => i ? { ...s, spanGaps: true, points: { show: true, size: 4 } } : s),
      }),
      usage: view => ({
        data: [view.slots.map(s => s.at), ...['reads', 'refreshes', 'calls'].map(key => view.slots.map(s => s[key]))],
        series: [{}, line('Tokens read', c.good, true), line('Refreshes', c.wait), line('Proxied calls', c.other)],
      }),
      due: view => ({ data: [view.due.map(d => d.at), view.due.map(d => d.refreshes)], series: [{}, bars('Due', c.good)] }),
    };
  };

  const draw = view => {
    const c = colours();
    for (const place of document.querySelectorAll('[data-plot]')) {
      const { data, series, unit = '' } = pictures()[place.dataset.plot](view);
      drawn.get(place)?.destroy();
      const axis = { stroke: c.ink, grid: { stroke: c.grid, width: 1 }, ticks: { stroke: c.grid, width: 1 } };
      drawn.set(place, new uPlot({
        width: place.clientWidth, height: 240, tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
        legend: { live: false }, cursor: { show: false }, series,
        scales: { y: { range: (plot, min, max) => [0, Math.max(1, max * 1.1)] } },
        axes: [{ ...axis, values: [[86400, '{D} {MMM}', null, null, null, null, null, null, 1], [3600, '{HH}:{mm}', null, null, null, null, null, null, 1], [60, '{HH}:{mm}', null, null, null, null, null, null, 1], [1, '{HH}:{mm}:{ss}', null, null, null, null, null, null, 1]] },
          { ...axis, size: 78, values: (plot, ticks) => ticks.map(tick => Number.isInteger(tick) ? tick.toLocaleString('en') + unit : '') }],
      }, data, place));
    }
  };

  let last;
  const source = document.querySelector('[data-live]')?.dataset;
  const load = async () => {
    const answer = await fetch(document.documentElement.dataset.base + source.live, { headers: { Accept: 'application/json' } });
    if (answer.status === 401) { location.reload(); return; }
    if (answer.ok) { last = await answer.json(); draw(last); }
  };
  const quietly = () => load().catch(() => { /* away for a while: the picture stays as it was */ });
  if (!source) return;
  quietly();
  setInterval(quietly, source.every * 1000);
  dark.addEventListener('change', () => last && draw(last));
  let resized;
  addEventListener('resize', () => { clearTimeout(resized); resized = setTimeout(() => last && draw(last), 150); });
})();
