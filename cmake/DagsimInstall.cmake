# Install, export for find_package(dagsim), and packages (cpack -G "TGZ;DEB").
include(CMakePackageConfigHelpers)

get_property(libraries GLOBAL PROPERTY DAGSIM_LIBRARIES)
install(TARGETS ${libraries} dagsim_options EXPORT dagsim-targets)
install(TARGETS dagsim_tool RUNTIME)
foreach(folder base stats expression model workflow calibration sim study report)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/dagsim/${folder}
          FILES_MATCHING PATTERN "*.h")
endforeach()
