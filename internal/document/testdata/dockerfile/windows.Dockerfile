# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
RUN Invoke-WebRequest https://example.com/a.zip `
      -OutFile C:\a.zip ; `
    Expand-Archive C:\a.zip
WORKDIR C:\app
COPY . C:\app
USER ContainerAdministrator
CMD ["C:\\app\\web.exe"]
