FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
COPY app C:/app
CMD ["C:/app/web.exe"]
