package pipeline

// ActivityKinds lists all kinds of activities.
var ActivityKinds = []ActivityKind{
	Lint, Typecheck, Test, Coverage, Scan, Build, Push, Sign, Attest, Deploy, Wait, Rollback, SmokeTest, VersionCheck,
	Notify, Canary, CanaryCheck, Credentials, Approval, Install, Teardown, Opaque,
}
