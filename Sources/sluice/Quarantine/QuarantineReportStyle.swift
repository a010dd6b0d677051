/// How the report's page looks on a screen of 1280 pixels and on paper.
enum QuarantineReportStyle {
    static let text = """
        :root { color-scheme: light; }
        * { box-sizing: border-box; }
        body { font: 14px/1.45 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
          color: #1d2733; background: #f4f6f8; margin: 0 auto; padding: 28px 32px;
            max-width: 1280px; }
        h1 { font-size: 24px; margin: 0 0 4px; }
        h2 { font-size: 15px; margin: 0 0 8px; }
        .facts { margin: 0 0 20px; color: #566372; overflow-wrap: anywhere; }
        .facts b { color: #1d2733; font-weight: 600; }
        .cards { display: flex; flex-wrap: wrap; gap: 12px; margin-bottom: 20px; }
        .card { background: #fff; border: 1px solid #dde3e9; border-radius: 8px;
          padding: 10px 18px; }
        .card b { font-size: 22px; display: block; }
        .card span, small { color: #566372; }
        table { border-collapse: collapse; width: 100%; background: #fff;
          border: 1px solid #dde3e9; }
        th { text-align: left; font-weight: 600; color: #566372; background: #eaeef2;
          vertical-align: bottom; }
        th, td { padding: 8px 10px; border-bottom: 1px solid #e6ebf0; }
        td { vertical-align: top; }
        tbody tr:nth-child(even) { background: #fafbfc; }
        small { display: block; font-size: 12px; }
        .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .name, .rule, .keys { overflow-wrap: anywhere; }
        .name { min-width: 100px; } .rule { min-width: 240px; } .keys { min-width: 180px; }
        .keys div { margin-bottom: 2px; } .keys small { display: inline; }
        .decided { color: #566372; }
        code { font: 12px ui-monospace, Consolas, "DejaVu Sans Mono", monospace;
          background: #eef1f4;
          border-radius: 3px; padding: 1px 4px; }
        i { font-style: normal; font-size: 11px; border-radius: 9px; padding: 1px 7px;
          white-space: nowrap; }
        i.warn { background: #fff3cd; color: #7a5600; } i.fatal { background: #f8d7da;
          color: #86181d; }
        .worse { color: #a4262c; } .better { color: #1e6b34; }
        svg { display: block; }
        svg rect { fill: #9fb3c8; } svg rect.now { fill: #2f5f8f; }
        .good { background: #e3f4e7; border: 1px solid #b9dfc3; border-radius: 8px;
          padding: 12px 18px; }
        .clean { color: #566372; margin: 14px 2px 26px; }
        footer { border-top: 1px solid #dde3e9; padding-top: 16px; color: #3c4856; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px;
          margin: 0; }
        dt { font-weight: 600; } dd { margin: 0; }
        @media print {
          @page { size: A4 landscape; margin: 12mm; }
          body { background: #fff; padding: 0; max-width: none; font-size: 10.5px; }
          .card, table { border-color: #bbb; } .card { padding: 5px 12px; }
            .card b { font-size: 16px; }
          th { background: #fff; border-bottom: 1px solid #777; }
            tbody tr:nth-child(even) { background: #fff; }
          th, td { padding: 4px 6px; } small, code { font-size: 9.5px; }
            code { background: none; padding: 0; }
          thead { display: table-header-group; } tr, dl, .card { break-inside: avoid; }
          svg rect { print-color-adjust: exact; }
        }
        """
}
