@echo off
rem Runs this project's Maven build on a JDK and a Maven that fit, whatever the machine's defaults are.
rem The Windows twin of mvnw, in the same order. Needs curl and tar, which Windows 10 and later have.
setlocal EnableExtensions DisableDelayedExpansion
set "OLDEST_JDK=21"
set "FETCH_PLUGIN=org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
for /f "usebackq tokens=1,2 delims==" %%a in ("%~dp0.mvn\wrapper\maven-wrapper.properties") do (
    if "%%a"=="mavenVersion" set "MAVEN_VERSION=%%b"
    if "%%a"=="mavenSha512" set "MAVEN_SHA512=%%b"
)

rem ---- A JDK: JAVA_HOME, else java on PATH, else the best one in the usual places
set "JDK="
set "JDK_RANK=0"
if defined JAVA_HOME call :consider "%JAVA_HOME%"
if defined JDK goto jdk_found
for /f "tokens=1,* delims==" %%a in ('java -XshowSettings:properties -version 2^>^&1 ^| findstr /c:"java.home ="') do for /f "tokens=*" %%h in ("%%b") do call :consider "%%h"
if defined JDK if not defined JAVA_HOME goto jdk_found
if defined JDK goto jdk_chosen
for /d %%d in ("%ProgramFiles%\Java\*" "%ProgramFiles%\Eclipse Adoptium\*" "%ProgramFiles%\Microsoft\jdk-*" "%ProgramFiles%\Amazon Corretto\*" "%ProgramFiles%\Zulu\*" "%ProgramFiles%\BellSoft\*" "%USERPROFILE%\.jdks\*" "%USERPROFILE%\.sdkman\candidates\java\*" "%USERPROFILE%\scoop\apps\*jdk*") do (
    call :consider "%%~d"
    call :consider "%%~d\current"
)
if defined JDK goto jdk_chosen
>&2 echo mvnw: no JDK of %OLDEST_JDK% or newer here. Install one, 25 for choice, or point JAVA_HOME at it. Looked at JAVA_HOME, PATH, and into Program Files, %%USERPROFILE%%\.jdks, .sdkman and scoop.
exit /b 1
:jdk_chosen
>&2 echo mvnw: using the JDK in %JDK%, for JAVA_HOME names none of %OLDEST_JDK% or newer
:jdk_found
set "JAVA_HOME=%JDK%"

rem ---- A Maven: the pinned one if cached, else mvn 3.9 or newer on PATH, else the pinned one, fetched
set "DISTS=%USERPROFILE%\.m2\wrapper\dists"
if defined MAVEN_USER_HOME set "DISTS=%MAVEN_USER_HOME%\wrapper\dists"
set "PINNED_FOLDER=%DISTS%\apache-maven-%MAVEN_VERSION%"
set "PINNED_NAME=%MAVEN_SHA512:~0,16%"
set "MVN=%PINNED_FOLDER%\%PINNED_NAME%\bin\mvn.cmd"
if exist "%MVN%" goto run

set "MAJOR="
set "MINOR=0"
where mvn.cmd >nul 2>&1
if not errorlevel 1 for /f "tokens=3,4 delims=. " %%a in ('mvn.cmd --version 2^>nul ^| findstr /c:"Apache Maven"') do (
    set "MAJOR=%%a"
    set "MINOR=%%b"
)
rem Maven 4 is not proven with this build: it may fetch, not build.
if "%MAJOR%"=="3" if %MINOR% GEQ 9 (
    set "MVN=mvn.cmd"
    goto run
)

rem Others may do the same at the same time: what is half done lies in a folder of its own, and a rename settles it.
set "ARCHIVE=apache-maven-%MAVEN_VERSION%-bin.tar.gz"
set "ARCHIVE_URL=https://archive.apache.org/dist/maven/maven-3/%MAVEN_VERSION%/binaries/%ARCHIVE%"
set "WORK=%PINNED_FOLDER%\fetch-%RANDOM%-%RANDOM%"
mkdir "%WORK%" || exit /b 1
if not defined MAJOR goto from_archive
>&2 echo mvnw: fetching Maven %MAVEN_VERSION% with the mvn %MAJOR%.%MINOR% on PATH
pushd "%WORK%"
call mvn.cmd -B -q "%FETCH_PLUGIN%:copy" "-Dartifact=org.apache.maven:apache-maven:%MAVEN_VERSION%:tar.gz:bin" "-DoutputDirectory=%WORK%" >&2
popd
if exist "%WORK%\%ARCHIVE%" goto check
:from_archive
>&2 echo mvnw: fetching Maven %MAVEN_VERSION% from %ARCHIVE_URL%
curl -fsSL --retry 2 --connect-timeout 20 -o "%WORK%\%ARCHIVE%" "%ARCHIVE_URL%"
if not errorlevel 1 goto check
>&2 echo mvnw: no Maven of 3.9 or newer here, and Maven %MAVEN_VERSION% cannot be fetched. Put mvn on PATH: 3.9 or newer builds, an older one fetches.
goto give_up
:check
set "ACTUAL="
for /f "skip=1 tokens=*" %%h in ('certutil -hashfile "%WORK%\%ARCHIVE%" SHA512') do if not defined ACTUAL set "ACTUAL=%%h"
if not defined ACTUAL set "ACTUAL=unknown"
if /i "%ACTUAL: =%"=="%MAVEN_SHA512%" goto unpack
>&2 echo mvnw: the %ARCHIVE% that came is not the one in .mvn\wrapper\maven-wrapper.properties: its SHA-512 is %ACTUAL%. Nothing was installed.
goto give_up
:unpack
tar -xzf "%WORK%\%ARCHIVE%" -C "%WORK%" --strip-components=1
if errorlevel 1 goto give_up
del "%WORK%\%ARCHIVE%"
ren "%WORK%" "%PINNED_NAME%" 2>nul
if exist "%WORK%" rd /s /q "%WORK%"
if exist "%MVN%" goto run
>&2 echo mvnw: cannot put Maven into %PINNED_FOLDER%
exit /b 1

:run
rem Called from elsewhere, it builds this project all the same.
set "POM="
if exist pom.xml goto start
set "POM=-f "%~dp0pom.xml""
for %%a in (%*) do (
    if "%%~a"=="-f" set "POM="
    if "%%~a"=="--file" set "POM="
)
:start
rem Without "call", so that arguments and the exit code pass as they are.
"%MVN%" %POM% %*

:give_up
rd /s /q "%WORK%"
exit /b 1

rem Keeps the JDK in folder %1 if it ranks above what was seen so far: long-term releases first, then by version.
:consider
if not exist "%~1\bin\javac.exe" exit /b
set "VERSION="
if exist "%~1\release" for /f "usebackq tokens=2 delims==." %%v in (`findstr /b "JAVA_VERSION=" "%~1\release"`) do set "VERSION=%%v"
if not defined VERSION exit /b
set "VERSION=%VERSION:"=%"
if %VERSION% LSS %OLDEST_JDK% exit /b
set /a "RANK=VERSION, OFF_CYCLE=(VERSION - 21) %% 4"
if %OFF_CYCLE%==0 set /a "RANK+=1000"
if %RANK% LEQ %JDK_RANK% exit /b
set "JDK=%~1"
set "JDK_RANK=%RANK%"
exit /b
