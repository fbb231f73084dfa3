package framework

// Of CIS' benchmarks, the parts that files and objects can say something about, with
// their titles but for whether they are checked by hand. Section 4 of the Docker
// Benchmark 1.6.0 is as docker/docker-bench-security has it
// (tests/4_container_images.sh), section 5 of the Kubernetes Benchmark 1.8.0 as
// aquasecurity/kube-bench does (cfg/cis-1.8/policies.yaml). Later versions number
// section 5 otherwise.
var cis = Framework{
	Name: "cis", Title: "CIS Docker Benchmark 1.6.0, section 4, and CIS Kubernetes Benchmark 1.8.0, sections 5.1, 5.2 and 5.7 in part",
	URL: "https://www.cisecurity.org/cis-benchmarks",
	Controls: []Control{
		{"CIS-Docker-4.1", "Ensure that a user for the container has been created"},
		{"CIS-Docker-4.2", "Ensure that containers use only trusted base images"},
		{"CIS-Docker-4.3", "Ensure that unnecessary packages are not installed in the container"},
		{"CIS-Docker-4.4", "Ensure images are scanned and rebuilt to include security patches"},
		{"CIS-Docker-4.5", "Ensure Content trust for Docker is Enabled"},
		{"CIS-Docker-4.6", "Ensure that HEALTHCHECK instructions have been added to container images"},
		{"CIS-Docker-4.7", "Ensure update instructions are not used alone in the Dockerfile"},
		{"CIS-Docker-4.8", "Ensure setuid and setgid permissions are removed"},
		{"CIS-Docker-4.9", "Ensure that COPY is used instead of ADD in Dockerfiles"},
		{"CIS-Docker-4.10", "Ensure secrets are not stored in Dockerfiles"},
		{"CIS-Docker-4.11", "Ensure only verified packages are installed"},
		{"CIS-Docker-4.12", "Ensure all signed artifacts are validated"},
		{"CIS-Kubernetes-5.1.6", "Ensure that Service Account Tokens are only mounted where necessary"},
		{"CIS-Kubernetes-5.2.2", "Minimize the admission of privileged containers"},
		{"CIS-Kubernetes-5.2.3", "Minimize the admission of containers wishing to share the host process ID namespace"},
		{"CIS-Kubernetes-5.2.4", "Minimize the admission of containers wishing to share the host IPC namespace"},
		{"CIS-Kubernetes-5.2.5", "Minimize the admission of containers wishing to share the host network namespace"},
		{"CIS-Kubernetes-5.2.6", "Minimize the admission of containers with allowPrivilegeEscalation"},
		{"CIS-Kubernetes-5.2.7", "Minimize the admission of root containers"},
		{"CIS-Kubernetes-5.2.8", "Minimize the admission of containers with the NET_RAW capability"},
		{"CIS-Kubernetes-5.2.9", "Minimize the admission of containers with added capabilities"},
		{"CIS-Kubernetes-5.2.10", "Minimize the admission of containers with capabilities assigned"},
		{"CIS-Kubernetes-5.2.11", "Minimize the admission of Windows HostProcess containers"},
		{"CIS-Kubernetes-5.2.12", "Minimize the admission of HostPath volumes"},
		{"CIS-Kubernetes-5.2.13", "Minimize the admission of containers which use HostPorts"},
		{"CIS-Kubernetes-5.7.2", "Ensure that the seccomp profile is set to docker/default in your Pod definitions"},
		{"CIS-Kubernetes-5.7.3", "Apply SecurityContext to your Pods and Containers"},
		{"CIS-Kubernetes-5.7.4", "The default namespace should not be used"},
	},
}

// OWASP Top 10 CI/CD Security Risks, as index.md of
// OWASP/www-project-top-10-ci-cd-security-risks lists them.
var cicdSec = Framework{
	Name: "owasp-cicd-sec", Title: "OWASP Top 10 CI/CD Security Risks", URL: "https://owasp.org/www-project-top-10-ci-cd-security-risks/",
	Controls: []Control{
		{"CICD-SEC-1", "Insufficient Flow Control Mechanisms"},
		{"CICD-SEC-2", "Inadequate Identity and Access Management"},
		{"CICD-SEC-3", "Dependency Chain Abuse"},
		{"CICD-SEC-4", "Poisoned Pipeline Execution (PPE)"},
		{"CICD-SEC-5", "Insufficient PBAC (Pipeline-Based Access Controls)"},
		{"CICD-SEC-6", "Insufficient Credential Hygiene"},
		{"CICD-SEC-7", "Insecure System Configuration"},
		{"CICD-SEC-8", "Ungoverned Usage of 3rd Party Services"},
		{"CICD-SEC-9", "Improper Artifact Integrity Validation"},
		{"CICD-SEC-10", "Insufficient Logging and Visibility"},
	},
}

// The Pod Security Standards have no numbers: the ids are the names of their
// controls, as kubernetes/website has them
// (content/en/docs/concepts/security/pod-security-standards.md, as of Kubernetes
// 1.34), without the version from which on they hold.
var pss = Framework{
	Name: "pss", Title: "Kubernetes Pod Security Standards", URL: "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
	Controls: []Control{
		{"PSS-Baseline-HostProcess", "HostProcess"},
		{"PSS-Baseline-Host-Namespaces", "Host Namespaces"},
		{"PSS-Baseline-Privileged-Containers", "Privileged Containers"},
		{"PSS-Baseline-Capabilities", "Capabilities"},
		{"PSS-Baseline-HostPath-Volumes", "HostPath Volumes"},
		{"PSS-Baseline-Host-Ports", "Host Ports"},
		{"PSS-Baseline-Host-Probes", "Host Probes / Lifecycle Hooks"},
		{"PSS-Baseline-AppArmor", "AppArmor"},
		{"PSS-Baseline-SELinux", "SELinux"},
		{"PSS-Baseline-Proc-Mount-Type", "/proc Mount Type"},
		{"PSS-Baseline-Seccomp", "Seccomp"},
		{"PSS-Baseline-Sysctls", "Sysctls"},
		{"PSS-Restricted-Volume-Types", "Volume Types"},
		{"PSS-Restricted-Privilege-Escalation", "Privilege Escalation"},
		{"PSS-Restricted-Running-as-Non-root", "Running as Non-root"},
		{"PSS-Restricted-Running-as-Non-root-user", "Running as Non-root user"},
		{"PSS-Restricted-Seccomp", "Seccomp"},
		{"PSS-Restricted-Capabilities", "Capabilities"},
	},
}

// The levels of SLSA's Build track, as slsa-framework/slsa has them on its branch
// releases/v1.0 (spec/levels.md); 1.1 and 1.2 call them the same. Level 0 asks for
// nothing.
var slsa = Framework{
	Name: "slsa", Title: "SLSA 1.0, Build track", URL: "https://slsa.dev/spec/v1.0/levels",
	Controls: []Control{
		{"SLSA-Build-L1", "Provenance exists"},
		{"SLSA-Build-L2", "Hosted build platform"},
		{"SLSA-Build-L3", "Hardened builds"},
	},
}

// The practices of NIST SP 800-218 (February 2022), table 1. PW.3 has become part of
// PW.4 there.
var ssdf = Framework{
	Name: "ssdf", Title: "NIST SP 800-218, Secure Software Development Framework 1.1", URL: "https://csrc.nist.gov/pubs/sp/800/218/final",
	Controls: []Control{
		{"SSDF-PO.1", "Define Security Requirements for Software Development"},
		{"SSDF-PO.2", "Implement Roles and Responsibilities"},
		{"SSDF-PO.3", "Implement Supporting Toolchains"},
		{"SSDF-PO.4", "Define and Use Criteria for Software Security Checks"},
		{"SSDF-PO.5", "Implement and Maintain Secure Environments for Software Development"},
		{"SSDF-PS.1", "Protect All Forms of Code from Unauthorized Access and Tampering"},
		{"SSDF-PS.2", "Provide a Mechanism for Verifying Software Release Integrity"},
		{"SSDF-PS.3", "Archive and Protect Each Software Release"},
		{"SSDF-PW.1", "Design Software to Meet Security Requirements and Mitigate Security Risks"},
		{"SSDF-PW.2", "Review the Software Design to Verify Compliance with Security Requirements and Risk Information"},
		{"SSDF-PW.4", "Reuse Existing, Well-Secured Software When Feasible Instead of Duplicating Functionality"},
		{"SSDF-PW.5", "Create Source Code by Adhering to Secure Coding Practices"},
		{"SSDF-PW.6", "Configure the Compilation, Interpreter, and Build Processes to Improve Executable Security"},
		{"SSDF-PW.7", "Review and/or Analyze Human-Readable Code to Identify Vulnerabilities and Verify Compliance with Security Requirements"},
		{"SSDF-PW.8", "Test Executable Code to Identify Vulnerabilities and Verify Compliance with Security Requirements"},
		{"SSDF-PW.9", "Configure Software to Have Secure Settings by Default"},
		{"SSDF-RV.1", "Identify and Confirm Vulnerabilities on an Ongoing Basis"},
		{"SSDF-RV.2", "Assess, Prioritize, and Remediate Vulnerabilities"},
		{"SSDF-RV.3", "Analyze Vulnerabilities to Identify Their Root Causes"},
	},
}
