package main

// The manifests are written as people write them; the Pod of a CronJob stands
// deeper, so its lines are written anew.
const podSpec = `{{define "container"}}{{if or .NonRoot .Privileged}}
        securityContext:{{if .NonRoot}}
          runAsNonRoot: true
          allowPrivilegeEscalation: false{{end}}{{if .Privileged}}
          privileged: true{{end}}{{end}}{{end}}`

const deployment = `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{.Name}}
  namespace: {{.Namespace}}
  labels:
    app.kubernetes.io/name: {{.Name}}
    app.kubernetes.io/part-of: shop
    example.com/team: {{.Team}}
spec:
  replicas: {{.Replicas}}
  revisionHistoryLimit: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: {{.Name}}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {{.Name}}
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "{{.Port}}"
    spec:
      serviceAccountName: {{.Name}}{{if .PodNonRoot}}
      securityContext:
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault{{end}}
      containers:
      - name: app
        image: {{.Image}}
        args: ["--listen", ":{{.Port}}", "--log-format", "json"]
        ports:
        - name: http
          containerPort: {{.Port}}
        env:
        - name: LOG_LEVEL
          value: info
        - name: DATABASE_PASSWORD
          valueFrom:
            secretKeyRef:
              name: {{.Name}}-db
              key: password
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
          limits:
            memory: 256Mi
        readinessProbe:
          httpGet:
            path: /healthz
            port: http
          periodSeconds: 10{{template "container" .}}
        volumeMounts:
        - name: config
          mountPath: /etc/app
          readOnly: true
      volumes:
      - name: config
        configMap:
          name: {{.Name}}
`

const cronJob = `---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{.Name}}
  namespace: {{.Namespace}}
  labels:
    app.kubernetes.io/name: {{.Name}}
    example.com/team: {{.Team}}
spec:
  schedule: "30 2 * * *"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      template:
        metadata:
          labels:
            app.kubernetes.io/name: {{.Name}}
        spec:
          restartPolicy: OnFailure{{if .PodNonRoot}}
          securityContext:
            runAsNonRoot: true{{end}}
          containers:
          - name: job
            image: {{.Image}}
            command: ["/app/job", "--once"]
            resources:
              requests:
                cpu: 50m
                memory: 64Mi{{if .NonRoot}}
            securityContext:
              runAsNonRoot: true{{if .Privileged}}
              privileged: true{{end}}{{else if .Privileged}}
            securityContext:
              privileged: true{{end}}
`

const service = `---
apiVersion: v1
kind: Service
metadata:
  name: {{.Name}}
  namespace: {{.Namespace}}
  labels:
    app.kubernetes.io/name: {{.Name}}
spec:
  selector:
    app.kubernetes.io/name: {{.Name}}
  ports:
  - name: http
    port: 80
    targetPort: {{.Port}}
`

const configMap = `---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{.Name}}
  namespace: {{.Namespace}}
data:
  config.yaml: |
    listen: ":{{.Port}}"
    team: {{.Team}}
    timeouts:
      read: 5s
      write: 10s
    features: [search, recommendations]
`
