// Answers questions about versions and ranges with npm's own `semver`, whose
// folder is the first argument: JSON on standard input, JSON on standard output.
'use strict'

const semver = require(process.argv[2])
const questions = JSON.parse(require('fs').readFileSync(0, 'utf8'))

const isVersion = version => semver.valid(version) !== null

function satisfies([version, range]) {
  if (!isVersion(version) || semver.validRange(range) === null) return null
  return semver.satisfies(version, range)
}

function compare([one, other]) {
  return isVersion(one) && isVersion(other) ? semver.compare(one, other) : null
}

function highest([versions, range]) {
  return semver.maxSatisfying(versions.filter(isVersion), range)
}

process.stdout.write(JSON.stringify({
  version: require(process.argv[2] + '/package.json').version,
  satisfies: questions.satisfies.map(satisfies),
  valid: questions.valid.map(isVersion),
  compare: questions.compare.map(compare),
  highest: questions.highest.map(highest),
}))
