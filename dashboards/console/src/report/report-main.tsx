import '../styles/base.css'
import '../styles/report.css'
import { render } from 'preact'
import { recall } from '../preferences.ts'
import { pickLanguage } from '../say.ts'
import { ReportClient } from './report-client.ts'
import { ReportPage } from './report-page.tsx'

const root = document.getElementById('report')
if (root === null) throw new Error('report.html has no #report')

render(
  <ReportPage
    client={new ReportClient((input, init) => fetch(input, init))}
    language={pickLanguage(recall('language'), navigator.languages)}
    // Of a link or a sign at the gate: /report?facility=plant
    facility={new URLSearchParams(location.search).get('facility')}
  />,
  root,
)
