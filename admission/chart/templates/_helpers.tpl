{{- define "guard.labels" -}}
app.kubernetes.io/name: guard-webhook
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "guard.selector" -}}
app.kubernetes.io/name: guard-webhook
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: webhook
{{- end }}

{{- define "guard.image" -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- end }}

{{- /* The least replicas that are there. */ -}}
{{- define "guard.replicas" -}}
{{ ternary .Values.autoscaling.minReplicas .Values.replicas .Values.autoscaling.enabled }}
{{- end }}

{{- /* What keeps the webhook's own namespace and the system's out: where guard
does not run they must come up without it. The API server itself sets the label. */ -}}
{{- define "guard.namespaceSelector" -}}
matchExpressions:
  - key: kubernetes.io/metadata.name
    operator: NotIn
    values: {{ toJson (concat (list .Release.Namespace "kube-system") .Values.webhook.excludedNamespaces) }}
{{- end }}

{{- /* What all Pods of the chart have in common. */ -}}
{{- define "guard.pod" -}}
enableServiceLinks: false
priorityClassName: {{ .Values.priorityClassName | default "guard-webhook" | quote }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "guard.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- /* Something where the configuration lets the glass be broken. */ -}}
{{- define "guard.breakGlass" -}}
{{- if dig "admission" "break-glass" "" .Values.config -}}yes{{- end -}}
{{- end }}
